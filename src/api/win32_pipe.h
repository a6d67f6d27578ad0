/*
 * win32_pipe.h - pipes from the inside. A pipe has two ends; what is written at one is queued for
 * the other.
 */
#ifndef RD_API_WIN32_PIPE_H
#define RD_API_WIN32_PIPE_H

#include "api/win32_pending.h"

enum { API_PIPE_SERVER, API_PIPE_CLIENT, API_PIPE_ENDS };

/* Whether the ends are connected. CLOSING: one of them has gone. */
enum api_pipe_state { API_PIPE_LISTENING, API_PIPE_CONNECTED, API_PIPE_CLOSING, API_PIPE_CUT };

/* What waits to be read at one end. */
struct api_flow {
    LIST_ENTRY entries;
    size_t count, capacity;
};

struct api_pipe {
    struct api_file *ends[API_PIPE_ENDS]; /* NULL when there is none */
    uint8_t state;                        /* enum api_pipe_state */
    bool messages;                        /* each write is a unit */
    struct api_flow flows[API_PIPE_ENDS]; /* by the end that reads */
    LIST_ENTRY waiting;                   /* operations, in the order in which they came */
    struct api_pipe_name *name;           /* referenced; NULL: an anonymous pipe */
    LIST_ENTRY link;                      /* an instance of that name */
    uint32_t number;                      /* for scheduling: what both ends touch */
    uint32_t pids[API_PIPE_ENDS];
};

struct api_pipe *api_pipe_new(struct rd_world *w, const size_t capacity[API_PIPE_ENDS]);
/* A file that is one end of it, with one reference. */
struct api_file *api_pipe_end(struct rd_world *w, struct api_pipe *pipe, int which);
/* The state has changed: carries out what can be carried out now. */
void api_pipe_pump(struct rd_world *w, struct api_pipe *pipe);
/* Forgets what is queued and ends what waits. */
void api_pipe_cut(struct rd_world *w, struct api_pipe *pipe);
/* After DisconnectNamedPipe. */
void api_pipe_detach_client(struct rd_world *w, struct api_pipe *pipe);
/* win32_named_pipe.c: an end has gone, the pipe has gone. */
void api_pipe_name_changed(struct rd_world *w, struct api_pipe *pipe);
void api_pipe_name_left(struct rd_world *w, struct api_pipe *pipe);

/* Starts an operation at that end: how it ended, or STATUS_PENDING. */
NTSTATUS api_pipe_start(struct rd_world *w, struct api_pending *pending);

#endif
