/* place.h: a folder of its own for a test. */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

/* A new folder where TMPDIR says; place_remove takes it away with all that is
 * in it, and frees its name. */
char *place_new(void);
int place_remove(char *place);

/* For cmocka: each test works in a folder of its own, which is its working
 * directory and its state. */
int place_enter(void **state);
int place_leave(void **state);

#endif
