/* list.h - NT's circular doubly linked list, under internal names (wdm.h defines the public ones).
 */
#ifndef RD_BASE_LIST_H
#define RD_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "rundown/sdk/ntdef.h"

#define base_container(address, type, field)                                                       \
    ((type *)(void *)((char *)(address)-offsetof(type, field)))

/* Initialises a constant list that stays empty. */
#define BASE_LIST_EMPTY(head)                                                                      \
    { (LIST_ENTRY *)&(head), (LIST_ENTRY *)&(head) }

static inline void base_list_init(LIST_ENTRY *head) {
    head->Flink = head->Blink = head;
}

static inline bool base_list_empty(const LIST_ENTRY *head) {
    return head->Flink == head;
}

static inline void base_list_insert_before(LIST_ENTRY *position, LIST_ENTRY *entry) {
    entry->Flink = position;
    entry->Blink = position->Blink;
    position->Blink->Flink = entry;
    position->Blink = entry;
}

static inline void base_list_push_back(LIST_ENTRY *head, LIST_ENTRY *entry) {
    base_list_insert_before(head, entry);
}

static inline void base_list_push_front(LIST_ENTRY *head, LIST_ENTRY *entry) {
    base_list_insert_before(head->Flink, entry);
}

/* The entry may be removed again: it is left pointing at itself. */
static inline void base_list_remove(LIST_ENTRY *entry) {
    entry->Blink->Flink = entry->Flink;
    entry->Flink->Blink = entry->Blink;
    base_list_init(entry);
}

static inline LIST_ENTRY *base_list_pop_front(LIST_ENTRY *head) {
    if (base_list_empty(head))
        return NULL;
    LIST_ENTRY *entry = head->Flink;
    base_list_remove(entry);
    return entry;
}

/* Safe against removal of the current entry. */
#define base_list_each(entry, head)                                                                \
    for (LIST_ENTRY *entry = (head)->Flink, *entry##_next = entry->Flink; entry != (head);         \
         entry = entry##_next, entry##_next = entry->Flink)

#endif
