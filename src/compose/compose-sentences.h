#ifndef COMPOSE_SENTENCES_H
#define COMPOSE_SENTENCES_H

/* Split a text of the rules, with its placeholders, into sentences: text =
   *(sentence [blank]). What is in brackets or quotation marks of its own, in
   [[ ]] or in a placeholder stays together; an abbreviation of one letter
   ("z. B.") ends nothing, nor does a mark that a small letter follows.
   Allocated from pool, NULL-terminated. */
const char *const *compose_sentences(const char *text, pool_t pool);

#endif
