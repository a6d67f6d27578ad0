/*
 * win32_file.h - file objects: standard streams, ends of pipes, files of the host.
 *
 * The dispatcher header of a file is signaled when an operation on it ends and reset when one
 * begins.
 */
#ifndef RD_API_WIN32_FILE_H
#define RD_API_WIN32_FILE_H

#include "api/win32_state.h"

enum api_file_kind { API_FILE_STREAM, API_FILE_PIPE, API_FILE_DISK };

struct ex_port;
struct api_pipe;
struct api_disk; /* what all opens of one file share */

struct api_file {
    DISPATCHER_HEADER header; /* first */
    uint8_t kind;             /* enum api_file_kind */
    int which;                /* stream: API_STD_..., pipe: API_PIPE_... */
    struct api_pipe *pipe;
    struct api_disk *disk; /* referenced */
    int64_t position;
    DWORD access, share; /* as granted */
    bool append, delete_on_close;
    bool directory;
    bool keeps_written; /* what goes through it does not change when the file was last written */
    bool overlapped;    /* opened for that */
    bool closed;        /* the last handle has gone */
    bool read_messages, no_wait; /* a pipe's end */
    uint8_t modes;               /* FILE_SKIP_... */
    void *filtered;              /* the FILE_OBJECT of minifilters, or NULL */
    struct ex_port *port;        /* referenced, or NULL */
    uint64_t port_key;
};

extern const struct ob_type api_file_type;

/* A file object with one reference. */
struct api_file *api_file_new(struct rd_world *w, enum api_file_kind kind, bool signaled);

/* The file behind a handle, at a scheduling point; NULL with the error set. */
struct api_file *api_file_of(struct api_caller *caller, HANDLE handle, uint32_t access,
                             enum ke_access_kind kind);

/*
 * The completions of the file, or of a device, go to the port. Once for each, and only if it was
 * opened for overlapped operations.
 */
NTSTATUS api_port_of_file(struct api_caller *caller, void *body, struct ex_port *port,
                          uint64_t key);

/* One transfer that does not block. */
struct api_transfer {
    void *bytes;
    size_t size, done;
};

/* Each returns the Win32 error, 0 for success. */
DWORD api_disk_read(struct api_caller *caller, struct api_file *file, struct api_transfer *t);
DWORD api_disk_write(struct api_caller *caller, struct api_file *file, struct api_transfer *t);

const char *api_disk_path(const struct api_file *file);
bool api_disk_is_nowhere(const struct api_file *file); /* NUL */

/* The last handle of an end has gone; the object goes. */
void api_pipe_closed(struct rd_world *w, struct api_file *file);
void api_pipe_deleted(struct rd_world *w, struct api_file *file);
void api_disk_closed(struct rd_world *w, struct api_file *file);
void api_disk_deleted(struct rd_world *w, struct api_file *file);

#endif
