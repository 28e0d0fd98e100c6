# The fingerprint of the ABI headers changes with their code and with nothing else.
cmake_minimum_required(VERSION 3.25)

function(check expected why)
    execute_process(
        COMMAND ${CMAKE_COMMAND} -DMODE=CHECK -DINCLUDE=${WORK}/include -P ${SDK}/cmake/abi_hash.cmake
        RESULT_VARIABLE result
        OUTPUT_QUIET ERROR_QUIET
    )
    if(expected STREQUAL "same" AND NOT result EQUAL 0)
        message(FATAL_ERROR "The fingerprint does not fit ${why}.")
    elseif(expected STREQUAL "changed" AND result EQUAL 0)
        message(FATAL_ERROR "The fingerprint still fits ${why}.")
    endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
file(COPY ${SDK}/include DESTINATION ${WORK})
set(header ${WORK}/include/drover/value.h)
file(READ ${header} text)

check(same "a copy of the headers")
file(APPEND ${header} "\n/* A remark;\n * of [two] lines. */\n\n")
check(same "headers that only gained a comment")

string(REPLACE "uint32_t incarnation;" "uint64_t incarnation;" changed "${text}")
file(WRITE ${header} "${changed}")
check(changed "a member of another type")
execute_process(
    COMMAND ${CMAKE_COMMAND} -DMODE=WRITE -DINCLUDE=${WORK}/include -P ${SDK}/cmake/abi_hash.cmake
    COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET
)
check(same "the headers it was written for")

file(WRITE ${header} "${text}")
check(changed "the headers before the change")
file(WRITE ${WORK}/include/drover/extension/another.h "struct another;\n")
file(COPY ${SDK}/include/drover/abi_hash.h DESTINATION ${WORK}/include/drover)
check(changed "headers with one more extension")
