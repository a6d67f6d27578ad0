/* SPDX-License-Identifier: MIT */
/*
 * What a filter expression may answer, and the functions it may ask. The statements __try,
 * __except, __finally and __leave belong in this file as well once the library carries the frames
 * that they need; until then a source that uses them is refused by the compiler.
 */
#ifndef RD_SDK_EXCPT_H
#define RD_SDK_EXCPT_H

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#endif
