/*
 * user.h - windows and messages: window classes, windows, the message queues of threads, hooks,
 * registered messages, broadcasts.
 *
 * A thread gets its queue with its first call that needs one. Window procedures and hooks run in
 * user mode on the thread that owns the window or the hook; when a thread ends, what it owned is
 * freed without them (MSG-19).
 */
#ifndef RD_CSR_USER_H
#define RD_CSR_USER_H

#include "ldr/ldr.h"
#include "rundown/sdk/winuser.h"

/* A Win32 error that has no status of its own. */
#define CSR_ERROR(code) ((NTSTATUS)(0xC0070000u | (code)))

enum {
    /* What scheduling points touch: the tree of windows, classes, atoms and hooks of the session.
     * Queues have numbers of their own. */
    CSR_DESKTOP = 0xFFFFFFFDu,
};

enum {
    CSR_POSTED_MAX = 10000,  /* messages in a queue (USERPostMessageLimit) */
    CSR_HUNG_MS = 5000,      /* a thread that has not read messages for so long is hung */
    CSR_NAME_MAX = 256,      /* of classes and registered messages, with the terminator */
    CSR_FIRST_ATOM = 0xC000, /* registered messages and classes are numbered from here */
    CSR_HOOK_KINDS = WH_MOUSE_LL - WH_MSGFILTER + 1,
    CSR_REPLY = 0x0200, /* QS_SMSREPLY: the answer to a sent message is there */
};

#define CSR_EVERYBODY 0xFFFFu     /* HWND_BROADCAST */
#define CSR_NO_WINDOW 0xFFFFFFFFu /* (HWND)-1, in filters */

/* ---- the parts ------------------------------------------------------------------------------- */

struct csr_queue;
struct csr_sent;

/* A name with a number: a registered message, or the name of classes. */
struct csr_atom {
    const char *name; /* UTF-8; NULL: free */
    uint32_t classes; /* that have the name */
    bool registered;  /* by RegisterWindowMessage: stays until the session ends (MSG-05) */
};

struct csr_hook {
    LIST_ENTRY link;          /* in the hooks of its thread, or of all threads */
    uint64_t number;          /* descending along the list */
    struct csr_queue *owner;  /* of the thread that has set it */
    struct csr_queue *target; /* NULL: all threads */
    struct ldr_image *image;  /* of the procedure, or NULL */
    HOOKPROC procedure;
    int kind;
    bool unicode;
};

/* The hook that a thread is running. Hooks may go meanwhile: only the number is kept. */
struct csr_hook_position {
    int kind;
    bool global;
    uint64_t number; /* 0: none */
};

struct csr_class {
    LIST_ENTRY link; /* in the classes of its process, newest first */
    uint16_t atom;
    bool unicode;            /* its procedure wants texts in UTF-16 */
    uint32_t windows;        /* that are made of it */
    WNDCLASSEXW description; /* hInstance NULL, no procedure: a class of the system */
    char *extra;             /* cbClsExtra bytes */
};

struct csr_window {
    uint32_t handle;
    struct csr_window *parent; /* the desktop, the root of message-only windows, or a window */
    struct csr_window *owner;
    LIST_ENTRY children, sibling; /* in Z order */
    struct csr_queue *queue;      /* of the thread that has made it; NULL: the two roots */
    struct csr_class *wc;
    WNDPROC procedure;
    bool unicode;
    bool sized;      /* WM_SIZE and WM_MOVE have been sent */
    bool destroying; /* DestroyWindow has begun */
    uint32_t style, ex_style;
    const void *instance;
    LONG_PTR id, user_data;
    uint16_t *text; /* NULL: empty */
    size_t text_size;
    uint16_t *block_reason; /* ShutdownBlockReasonCreate; NULL: none */
    char *extra;            /* cbWndExtra bytes */
    size_t extra_size;
    int x, y, width, height;
};

/* A message, and in which form its texts are. */
struct csr_message {
    uint32_t window; /* 0: none */
    uint32_t id;
    uint64_t wparam;
    int64_t lparam;
    bool unicode;
};

struct csr_posted {
    LIST_ENTRY link;
    struct csr_message message;
    uint32_t time; /* in ms */
};

struct csr_timer {
    LIST_ENTRY link;
    struct ke_deadline deadline;
    struct csr_queue *queue;
    uint32_t window;
    uint64_t id;
    uint64_t period; /* virtual time */
    TIMERPROC procedure;
    bool due;
};

/* What a thread has for the window system. Goes with the thread, not with its object. */
struct csr_queue {
    LIST_ENTRY link; /* in csr_user.queues */
    struct rd_world *world;
    struct ps_thread *thread;
    KEVENT event;         /* only its thread waits for it */
    uint32_t level_mask;  /* signaled while these bits describe the queue, */
    uint32_t change_mask; /* or when these have come since they were last looked at */
    uint32_t changes;
    bool replied; /* the bit CSR_REPLY */
    bool idle;    /* waits for input */
    bool quit;    /* PostQuitMessage */
    int quit_code;
    LIST_ENTRY posted; /* of csr_posted */
    uint32_t posted_count;
    uint32_t message_time;            /* of the message read last */
    uint64_t last_read;               /* virtual time of the last look at the queue */
    LIST_ENTRY incoming;              /* of csr_sent.link */
    LIST_ENTRY sending;               /* of csr_sent.sender_link */
    struct csr_sent *receiving;       /* the message whose procedure runs; its `outer` follows */
    LIST_ENTRY timers;                /* of csr_timer */
    uint64_t last_timer;              /* id of a timer without window */
    LIST_ENTRY hooks[CSR_HOOK_KINDS]; /* of csr_hook, newest first */
    struct csr_hook_position hook;
};

/* The window system of the session; made on first use. */
struct csr_user {
    struct csr_atom *atoms; /* in order of registration */
    uint32_t atom_count, atom_capacity;
    struct csr_window **windows; /* by handle */
    uint32_t window_count, window_capacity, windows_gone;
    struct csr_window desktop, message_root;
    LIST_ENTRY queues;                /* in order of creation */
    LIST_ENTRY hooks[CSR_HOOK_KINDS]; /* of all threads, newest first */
    uint64_t hooks_made;
};

/* The part of a process. */
struct csr_user_process {
    LIST_ENTRY classes;
    KEVENT idle; /* its first queue has been found empty (WaitForInputIdle) */
};

/* A sent message: refers to sender and receiver as long as they have to do with it. */
struct csr_sent {
    LIST_ENTRY link; /* in the incoming messages of the receiver, or of the sender: results */
    LIST_ENTRY sender_link; /* in sender->sending */
    struct csr_sent *outer;
    struct csr_queue *sender;   /* that wants the answer; NULL: nobody (any more) */
    struct csr_queue *receiver; /* NULL: it is done with it, or dead */
    uint32_t sender_tid, receiver_tid;
    struct csr_message message;
    uint8_t state;   /* enum csr_sent_state */
    bool waited_for; /* by its sender, or by its callback */
    LRESULT result;
    SENDASYNCPROC callback; /* SendMessageCallback, else NULL */
    uint64_t callback_data;
    void *copy; /* what lparam refers to, for a receiver in another process */
    size_t copy_size;
};

enum csr_sent_state { CSR_PENDING, CSR_RECEIVED, CSR_REPLIED, CSR_RECEIVER_DIED };

/* ---- session, threads and processes (user_state.c) ------------------------------------------- */

struct csr_user *csr_user_get(struct rd_world *w);
struct csr_user_process *csr_user_process_get(struct rd_world *w, struct ps_process *process);

/* The queue of the current thread; made on first use. */
struct csr_queue *csr_queue_get(struct rd_world *w);
/* NULL: no such thread, or it has no queue. */
struct csr_queue *csr_queue_by_thread(const struct rd_world *w, uint32_t tid);
/* The number of a queue for scheduling points. */
static inline uint32_t csr_queue_object(const struct csr_queue *queue) {
    return queue->event.Header.ObjectId;
}

/* ps_hooks: what an ending thread or a deleted process has goes, without its procedures. */
void csr_thread_gone(struct rd_world *w, struct ps_thread *thread);
void csr_user_process_deleted(struct rd_world *w, struct ps_process *process);

/* ---- names (user_atom.c) --------------------------------------------------------------------- */

/* RegisterWindowMessage; 0: no legal name, or no number is left. */
uint32_t csr_register_message(struct rd_world *w, const char *name);
/* The number of a class name, with one more class or one less; 0: no legal name. */
uint16_t csr_atom_add(struct rd_world *w, const char *name);
void csr_atom_release(struct rd_world *w, uint16_t atom);
uint16_t csr_atom_find(struct rd_world *w, const char *name);
const char *csr_atom_name(struct rd_world *w, uint32_t atom);
/* "WM_CLOSE", "WM_USER+1", "'closing'", for the log. */
const char *csr_message_name(struct rd_world *w, uint32_t message);

/* ---- classes (user_class.c) ------------------------------------------------------------------ */

/*
 * ERROR_CLASS_ALREADY_EXISTS; STATUS_INVALID_PARAMETER: no legal name. The description names the
 * module that it belongs to, and not the class.
 */
NTSTATUS csr_class_register(struct rd_world *w, const char *name, const WNDCLASSEXW *description,
                            struct csr_class **wc);
NTSTATUS csr_class_unregister(struct rd_world *w, const char *name, const void *instance);
/* As CreateWindow finds it: of the module, of all modules, of the system; or NULL. */
struct csr_class *csr_class_find(struct rd_world *w, const char *name, const void *instance);
void csr_classes_free(struct rd_world *w, struct csr_user_process *process);

/* ---- windows (user_window.c, user_tree.c) ---------------------------------------------------- */

/* NULL: no such window. The two roots are windows. */
struct csr_window *csr_window_find(const struct rd_world *w, uint32_t handle);
/* Gives a window its handle and its place in the tree; false: there is no handle left. */
bool csr_window_insert(struct rd_world *w, struct csr_window *window);
void csr_window_remove(struct rd_world *w, struct csr_window *window);
bool csr_is_top_level(const struct rd_world *w, const struct csr_window *window);
bool csr_is_child(const struct csr_window *parent, const struct csr_window *window);
static inline uint32_t csr_window_tid(const struct csr_window *window) {
    return window->queue ? window->queue->thread->tcb.tid : 0;
}
static inline struct ps_process *csr_window_process(const struct csr_window *window) {
    return window->queue ? window->queue->thread->process : NULL;
}

struct csr_window_filter {
    const struct csr_window *parent;  /* its children; NULL: the top-level windows */
    const struct ps_process *process; /* NULL: any */
    uint32_t tid;                     /* 0: any */
    bool descendants;                 /* children of children, too */
};

/*
 * Handles of the windows that pass the filter, in Z order, in run memory that the caller gives back
 * by csr_window_list_free. They stay the same whatever happens to the windows.
 */
struct csr_window_list {
    uint32_t *handles;
    uint32_t count, capacity;
};
void csr_window_list(struct rd_world *w, const struct csr_window_filter *filter,
                     struct csr_window_list *list);
void csr_window_list_free(struct rd_world *w, struct csr_window_list *list);

struct csr_create_window {
    struct csr_class *wc;
    const CREATESTRUCTW *w; /* the same twice: texts in both forms */
    const CREATESTRUCTA *a;
};

/* All messages of creation are sent. 0 with success: a hook or the procedure has refused. */
NTSTATUS csr_window_create(struct rd_world *w, const struct csr_create_window *create,
                           uint32_t *handle);
NTSTATUS csr_window_destroy(struct rd_world *w, uint32_t handle);
/* The window and its children go without a message. */
void csr_window_free(struct rd_world *w, struct csr_window *window);
void csr_window_set_text(struct rd_world *w, struct csr_window *window, const uint16_t *text);
/* ShowWindow: the former state. */
bool csr_window_show(struct rd_world *w, uint32_t handle, bool show);

/* ---- procedures (user_procedure.c) ----------------------------------------------------------- */

/* Calls the procedure of a window of the current thread, texts in the form that it wants. */
LRESULT csr_call_window(struct rd_world *w, const struct csr_message *message);
LRESULT csr_call_procedure(struct rd_world *w, WNDPROC procedure, bool unicode,
                           const struct csr_message *message);
/* DefWindowProc */
LRESULT csr_default_procedure(struct rd_world *w, const struct csr_message *message);
/* Copies the text with its end into a buffer of that many characters; returns its length. */
size_t csr_window_get_text(const struct csr_window *window, bool unicode, void *buffer,
                           size_t capacity);
size_t csr_window_text_length(const struct csr_window *window, bool unicode);

/* ---- posted messages, timers, waits (user_queue.c) ------------------------------------------- */

/* PostMessage to a window, or to all top-level windows; PostThreadMessage. */
NTSTATUS csr_post(struct rd_world *w, const struct csr_message *message);
NTSTATUS csr_post_to_thread(struct rd_world *w, struct csr_queue *queue,
                            const struct csr_message *message);
void csr_post_quit(struct rd_world *w, int code);

/* Its parameters are pointers: it cannot be posted. */
bool csr_needs_answer(uint32_t message);

struct csr_filter {
    uint32_t window; /* 0: any; CSR_NO_WINDOW: messages of no window */
    uint32_t first, last;
};

/*
 * The next message of the current thread; sent ones are answered on the way. STATUS_NO_MORE_ENTRIES
 * if there is none and `wait` is not set.
 */
NTSTATUS csr_message_get(struct rd_world *w, const struct csr_filter *filter, uint32_t flags,
                         bool wait, MSG *message);
uint32_t csr_queue_bits(const struct csr_queue *queue);
/* Something of that kind has come: wakes the thread if it waits for it. */
void csr_queue_changed(struct rd_world *w, struct csr_queue *queue, uint32_t bits);
/* The event of the current thread's queue, for a wait until those bits come. */
DISPATCHER_HEADER *csr_queue_begin_wait(struct rd_world *w, uint32_t level, uint32_t changes,
                                        uint32_t reply_of);
void csr_queue_end_wait(struct rd_world *w);
/* A wait of the current thread for nothing but its queue. */
NTSTATUS csr_queue_wait(struct rd_world *w, uint32_t level, uint32_t changes);
/* A thread that does not read its messages, and does not wait for any. */
bool csr_queue_hung(const struct rd_world *w, const struct csr_queue *queue);

uint64_t csr_timer_set(struct rd_world *w, struct csr_queue *queue, const struct csr_timer *timer,
                       uint32_t milliseconds);
bool csr_timer_kill(struct rd_world *w, struct csr_queue *queue, uint32_t window, uint64_t id);
void csr_timer_free(struct rd_world *w, struct csr_timer *timer);
/* Is there a timer with that procedure? */
bool csr_timer_calls(const struct csr_queue *queue, TIMERPROC procedure);

/* ---- sent messages (user_send.c) ------------------------------------------------------------- */

struct csr_send {
    struct csr_message message;
    uint32_t flags;        /* SMTO_... */
    uint32_t milliseconds; /* INFINITE: no time limit */
};

/*
 * Sends a message and waits for the answer; works from system threads, too. STATUS_TIMEOUT: none
 * came in time, or the receiver is hung and SMTO_ABORTIFHUNG is set. ERROR_INVALID_WINDOW_HANDLE:
 * no such window. A receiver that dies answers 0, with SMTO_ERRORONEXIT that error (MSG-20).
 */
NTSTATUS csr_send_message(struct rd_world *w, const struct csr_send *send, LRESULT *result);
/* SendNotifyMessage (callback NULL), SendMessageCallback. */
NTSTATUS csr_send_only(struct rd_world *w, const struct csr_message *message,
                       SENDASYNCPROC callback, uint64_t data);
/* Answers the messages that were sent to the current thread. */
void csr_receive_all(struct rd_world *w, struct csr_queue *queue);
/* InSendMessageEx: ISMEX_... of the message that the current thread is receiving. */
uint32_t csr_receiving(struct rd_world *w);
/* ReplyMessage: false if no message is being received. */
bool csr_reply(struct rd_world *w, LRESULT result);
/* The queue goes: nobody waits for it any more. */
void csr_sent_abandon(struct rd_world *w, struct csr_queue *queue);

/* ---- hooks (user_hook.c) --------------------------------------------------------------------- */

struct csr_hook_request {
    int kind;
    HOOKPROC procedure;
    const void *module;
    uint32_t tid; /* 0: all threads */
    bool unicode;
};

NTSTATUS csr_hook_set(struct rd_world *w, const struct csr_hook_request *request, uint64_t *number);
NTSTATUS csr_hook_remove(struct rd_world *w, uint64_t number);
void csr_hooks_abandon(struct rd_world *w, struct csr_queue *queue);

struct csr_hook_call {
    int kind, code;
    uint64_t wparam;
    const void *a, *w; /* lparam, for hooks that want texts of this form */
};
/* Calls the first hook of that kind that the current thread has; 0 without one. */
LRESULT csr_hook_call(struct rd_world *w, const struct csr_hook_call *call);
/* CallNextHookEx */
LRESULT csr_hook_call_next(struct rd_world *w, const struct csr_hook_call *call);

/* ---- broadcasts (user_broadcast.c) ----------------------------------------------------------- */

/* BroadcastSystemMessage: its result; the error if that is not positive, in *status. */
int32_t csr_broadcast(struct rd_world *w, uint32_t flags, uint32_t *recipients,
                      const struct csr_message *message, NTSTATUS *status);

#endif
