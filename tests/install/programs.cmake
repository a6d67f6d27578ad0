# What both consumer projects build and run.
add_executable(consumer ../consumer.c)
target_link_libraries(consumer PRIVATE rundown::rundown)

rundown_add_dll(greet SOURCES ../greet.c)
rundown_add_program(hello SOURCES ../hello.c ../words.cpp LINK greet
  OPTIONS -DWITH_DLL -DWITH_CPP OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
rundown_add_driver(quiet SOURCES ../quiet.c)
add_custom_target(images DEPENDS hello quiet)

enable_testing()
add_test(NAME consumer COMMAND consumer)
add_test(NAME hello
  COMMAND rundown::cli run --driver "${CMAKE_CURRENT_BINARY_DIR}/quiet.sys"
          "${CMAKE_CURRENT_BINARY_DIR}/hello.exe")
set_tests_properties(hello PROPERTIES PASS_REGULAR_EXPRESSION "hello from process A")
