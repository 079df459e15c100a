/* Counts the allocations of the whole process, the library included, between two moments, and says where they come from. */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Counts from zero. */
void allocations_begin(void);
uint64_t allocations_end(void);

/* JSON: each distinct call path that allocated, how often, and its return addresses as "object+offset". */
void allocations_print(FILE *out);

#endif
