#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

/* Text as patterns see it: typographic quotes are ASCII ones, apostrophes are
   gone ("couldn't" and "couldnt" are one word), full-width ASCII is ASCII,
   no-break and ideographic spaces are blanks, zero-width characters are gone,
   runs of blanks are one, and none ends a line. Line ends stay. Input is valid
   UTF-8. For each byte that is appended to dest, the offset in data that it
   comes from is appended to map, unless map is NULL. */
void text_fold(const char *data, size_t size, string_t *dest,
	       ARRAY_TYPE(uint32_t) *map);

#endif
