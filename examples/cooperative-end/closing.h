/* closing.h - what both programs have agreed on. */
#define CLOSING_MESSAGE "example.cooperative-end.closing"
#define READY_EVENT "example.cooperative-end.ready"
#define EXIT_CODE_WHEN_ASKED 3
