# What both consumer projects build and run.
add_executable(consumer ../consumer.c)
target_link_libraries(consumer PRIVATE rundown::rundown)

rundown_add_dll(greet SOURCES ../greet.c)
rundown_add_program(hello SOURCES ../hello.c ../words.cpp LINK greet
  OPTIONS -DWITH_DLL -DWITH_CPP OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
rundown_add_driver(quiet ../quiet.c)
add_custom_target(images DEPENDS hello quiet)

enable_testing()
add_test(NAME consumer COMMAND consumer)
rundown_add_test(NAME hello PROGRAM hello DRIVERS quiet)
set_tests_properties(hello PROPERTIES PASS_REGULAR_EXPRESSION "hello from process A")
rundown_add_test(NAME every_order EXPLORE PROGRAM hello DRIVERS quiet OPTIONS --format json)
set_tests_properties(every_order PROPERTIES PASS_REGULAR_EXPRESSION "\"complete\": true")
