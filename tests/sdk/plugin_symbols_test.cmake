# A plugin exports drover_library_v1 and nothing else.
cmake_minimum_required(VERSION 3.25)
execute_process(
    COMMAND ${NM} -D --defined-only ${PLUGIN}
    OUTPUT_VARIABLE symbols
    COMMAND_ERROR_IS_FATAL ANY
)
string(STRIP "${symbols}" symbols)
if(NOT symbols MATCHES "^[0-9a-f]+ T drover_library_v1$")
    message(FATAL_ERROR "${PLUGIN} exports:\n${symbols}\nIt should export drover_library_v1 only.")
endif()
