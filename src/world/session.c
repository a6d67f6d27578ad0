/* session.c - ends of sessions that the host asks for. */
#include "csr/session.h"
#include "rundown/rundown.h"

static uint32_t flags_of(const rd_session_end_options *options) {
    static const uint32_t kinds[] = {EWX_LOGOFF, EWX_SHUTDOWN, EWX_REBOOT, EWX_POWEROFF};
    return kinds[options->kind] | (options->force ? EWX_FORCE : 0) |
           (options->force_if_hung ? EWX_FORCEIFHUNG : 0);
}

rd_status rd_session_end(rd_world *world, const rd_session_end_options *options) {
    static const rd_session_end_options defaults = {.size = sizeof defaults};
    if (!world)
        return RD_INVALID_ARGUMENT;
    if (!options)
        options = &defaults;
    if (options->size != sizeof *options)
        return core_error(world, RD_INVALID_ARGUMENT,
                          "rd_session_end_options.size must be sizeof(rd_session_end_options)");
    if ((unsigned)options->kind > RD_SESSION_POWER_OFF)
        return core_error(world, RD_INVALID_ARGUMENT,
                          "rd_session_end_options.kind is none of the values of "
                          "rd_session_end_kind");
    if (world->running)
        return core_error(world, RD_BUSY, "rd_session_end was called from inside a run");
    const struct csr_end end = {.flags = flags_of(options), .session = options->session};
    NTSTATUS status = csr_session_end(world, &end);
    if (!NT_SUCCESS(status))
        return core_error(world, RD_BUSY, "a session is ending already, or is about to");
    return RD_OK;
}
