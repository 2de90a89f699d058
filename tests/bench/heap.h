#ifndef HEAP_H
#define HEAP_H

/* Bytes that malloc() and its kin have given out: from heap_begin(), which
   returns those that are in use, heap_peak() is the most that ever were. Both
   return 0 where a sanitizer has malloc() for itself. */

size_t heap_begin(void);
size_t heap_peak(void);

#endif
