/*
 * kernel_table.c - generic tables. Drivers see an ordered set of their own structures; here it is a
 * sorted list behind both interfaces, because order and ownership of memory are all that a driver
 * can observe.
 */
#include "api/kernel.h"

/* In front of the driver's structure, as in the original. */
struct element {
    LIST_ENTRY link;
    LIST_ENTRY reserved; /* the original's header has room for more links */
    uint64_t data[];
};

/* What differs between both kinds of table. */
struct table {
    void *table;
    LIST_ENTRY *list;
    ULONG *count;
    RTL_GENERIC_COMPARE_RESULTS (*compare)(const struct table *table, void *a, void *b);
    void *(*allocate)(const struct table *table, CLONG size);
    void (*release)(const struct table *table, void *memory);
};

static struct element *element_of(LIST_ENTRY *link) {
    return CONTAINING_RECORD(link, struct element, link);
}

/* The element that equals `buffer`, or NULL; *before is where it would be inserted. */
static struct element *find(const struct table *table, void *buffer, LIST_ENTRY **before) {
    LIST_ENTRY *link = table->list->Flink;
    for (; link != table->list; link = link->Flink) {
        RTL_GENERIC_COMPARE_RESULTS order = table->compare(table, buffer, element_of(link)->data);
        if (order == GenericEqual)
            return element_of(link);
        if (order == GenericLessThan)
            break;
    }
    *before = link;
    return NULL;
}

static void *insert(const struct table *table, void *buffer, CLONG size, BOOLEAN *added) {
    LIST_ENTRY *before = NULL;
    struct element *element = find(table, buffer, &before);
    if (added)
        *added = element == NULL;
    if (element)
        return element->data;
    element = table->allocate(table, (CLONG)sizeof *element + size);
    if (!element) {
        if (added)
            *added = FALSE;
        return NULL;
    }
    memcpy(element->data, buffer, size);
    base_list_insert_before(before, &element->link);
    ++*table->count;
    return element->data;
}

static bool erase(const struct table *table, void *buffer) {
    LIST_ENTRY *before;
    struct element *element = find(table, buffer, &before);
    if (!element)
        return false;
    base_list_remove(&element->link);
    --*table->count;
    table->release(table, element);
    return true;
}

static void *lookup(const struct table *table, void *buffer) {
    LIST_ENTRY *before;
    struct element *element = find(table, buffer, &before);
    return element ? element->data : NULL;
}

static void *at(const struct table *table, ULONG index) {
    LIST_ENTRY *link = table->list->Flink;
    while (link != table->list && index--)
        link = link->Flink;
    return link == table->list ? NULL : element_of(link)->data;
}

/* The element after *key (the first if *key is NULL); *key then stands for it. */
static void *enumerate(const struct table *table, void **key) {
    LIST_ENTRY *link = *key ? ((LIST_ENTRY *)*key)->Flink : table->list->Flink;
    if (link == table->list)
        return NULL;
    *key = link;
    return element_of(link)->data;
}

/* ---- splay tables ---------------------------------------------------------------------------- */

static RTL_GENERIC_COMPARE_RESULTS compare_splay(const struct table *table, void *a, void *b) {
    RTL_GENERIC_TABLE *splay = table->table;
    return splay->CompareRoutine(splay, a, b);
}

static void *allocate_splay(const struct table *table, CLONG size) {
    RTL_GENERIC_TABLE *splay = table->table;
    return splay->AllocateRoutine(splay, size);
}

static void release_splay(const struct table *table, void *memory) {
    RTL_GENERIC_TABLE *splay = table->table;
    splay->FreeRoutine(splay, memory);
}

static struct table splay(RTL_GENERIC_TABLE *table) {
    return (struct table){
        table,         &table->InsertOrderList, &table->NumberGenericTableElements,
        compare_splay, allocate_splay,          release_splay};
}

VOID RtlInitializeGenericTable(PRTL_GENERIC_TABLE Table,
                               PRTL_GENERIC_COMPARE_ROUTINE CompareRoutine,
                               PRTL_GENERIC_ALLOCATE_ROUTINE AllocateRoutine,
                               PRTL_GENERIC_FREE_ROUTINE FreeRoutine, PVOID TableContext) {
    memset(Table, 0, sizeof *Table);
    base_list_init(&Table->InsertOrderList);
    Table->CompareRoutine = CompareRoutine;
    Table->AllocateRoutine = AllocateRoutine;
    Table->FreeRoutine = FreeRoutine;
    Table->TableContext = TableContext;
}

PVOID RtlInsertElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer, CLONG BufferSize,
                                   PBOOLEAN NewElement) {
    struct table table = splay(Table);
    return insert(&table, Buffer, BufferSize, NewElement);
}

BOOLEAN RtlDeleteElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer) {
    struct table table = splay(Table);
    return erase(&table, Buffer);
}

PVOID RtlLookupElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer) {
    struct table table = splay(Table);
    return lookup(&table, Buffer);
}

PVOID RtlGetElementGenericTable(PRTL_GENERIC_TABLE Table, ULONG I) {
    struct table table = splay(Table);
    return at(&table, I);
}

PVOID RtlEnumerateGenericTable(PRTL_GENERIC_TABLE Table, BOOLEAN Restart) {
    struct table table = splay(Table);
    void *key = Restart ? NULL : Table->OrderedPointer;
    void *data = enumerate(&table, &key);
    Table->OrderedPointer = key;
    return data;
}

PVOID RtlEnumerateGenericTableWithoutSplaying(PRTL_GENERIC_TABLE Table, PVOID *RestartKey) {
    struct table table = splay(Table);
    return enumerate(&table, RestartKey);
}

ULONG RtlNumberGenericTableElements(PRTL_GENERIC_TABLE Table) {
    return Table->NumberGenericTableElements;
}

BOOLEAN RtlIsGenericTableEmpty(PRTL_GENERIC_TABLE Table) {
    return Table->NumberGenericTableElements == 0;
}

/* ---- AVL tables: the list's head lies where the root's links are ----------------------------- */

static RTL_GENERIC_COMPARE_RESULTS compare_avl(const struct table *table, void *a, void *b) {
    RTL_AVL_TABLE *avl = table->table;
    return avl->CompareRoutine(avl, a, b);
}

static void *allocate_avl(const struct table *table, CLONG size) {
    RTL_AVL_TABLE *avl = table->table;
    return avl->AllocateRoutine(avl, size);
}

static void release_avl(const struct table *table, void *memory) {
    RTL_AVL_TABLE *avl = table->table;
    avl->FreeRoutine(avl, memory);
}

static struct table avl(RTL_AVL_TABLE *table) {
    return (struct table){table,
                          (LIST_ENTRY *)(void *)&table->BalancedRoot,
                          &table->NumberGenericTableElements,
                          compare_avl,
                          allocate_avl,
                          release_avl};
}

VOID RtlInitializeGenericTableAvl(PRTL_AVL_TABLE Table, PRTL_AVL_COMPARE_ROUTINE CompareRoutine,
                                  PRTL_AVL_ALLOCATE_ROUTINE AllocateRoutine,
                                  PRTL_AVL_FREE_ROUTINE FreeRoutine, PVOID TableContext) {
    memset(Table, 0, sizeof *Table);
    base_list_init((LIST_ENTRY *)(void *)&Table->BalancedRoot);
    Table->CompareRoutine = CompareRoutine;
    Table->AllocateRoutine = AllocateRoutine;
    Table->FreeRoutine = FreeRoutine;
    Table->TableContext = TableContext;
}

PVOID RtlInsertElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer, CLONG BufferSize,
                                      PBOOLEAN NewElement) {
    struct table table = avl(Table);
    return insert(&table, Buffer, BufferSize, NewElement);
}

BOOLEAN RtlDeleteElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer) {
    struct table table = avl(Table);
    return erase(&table, Buffer);
}

PVOID RtlLookupElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer) {
    struct table table = avl(Table);
    return lookup(&table, Buffer);
}

PVOID RtlGetElementGenericTableAvl(PRTL_AVL_TABLE Table, ULONG I) {
    struct table table = avl(Table);
    return at(&table, I);
}

PVOID RtlEnumerateGenericTableAvl(PRTL_AVL_TABLE Table, BOOLEAN Restart) {
    struct table table = avl(Table);
    void *key = Restart ? NULL : Table->OrderedPointer;
    void *data = enumerate(&table, &key);
    Table->OrderedPointer = key;
    return data;
}

PVOID RtlEnumerateGenericTableWithoutSplayingAvl(PRTL_AVL_TABLE Table, PVOID *RestartKey) {
    struct table table = avl(Table);
    return enumerate(&table, RestartKey);
}

ULONG RtlNumberGenericTableElementsAvl(PRTL_AVL_TABLE Table) {
    return Table->NumberGenericTableElements;
}

BOOLEAN RtlIsGenericTableEmptyAvl(PRTL_AVL_TABLE Table) {
    return Table->NumberGenericTableElements == 0;
}
