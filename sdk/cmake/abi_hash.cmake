# The fingerprint of the C ABI headers in include/drover/abi_hash.h: MODE=CHECK compares it, MODE=WRITE writes it.
#
#   cmake -DMODE=CHECK|WRITE [-DINCLUDE=<include directory>] -P sdk/cmake/abi_hash.cmake
#
# It is the first 16 hexadecimal digits of SHA-256 over the headers without their comments and with
# every run of white space taken for one space: what a compiler does not see does not change it.
cmake_minimum_required(VERSION 3.25)

if(NOT DEFINED INCLUDE)
    cmake_path(SET INCLUDE NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../include")
endif()

# Takes the comments out of the text in `variable`. The headers hold no text with "/*" in it.
function(strip_comments variable)
    set(rest "${${variable}}")
    set(code "")
    while(TRUE)
        string(FIND "${rest}" "/*" start)
        if(start EQUAL -1)
            break()
        endif()
        string(SUBSTRING "${rest}" 0 ${start} before)
        string(SUBSTRING "${rest}" ${start} -1 rest)
        string(FIND "${rest}" "*/" end)
        if(end EQUAL -1)
            message(FATAL_ERROR "A comment is not closed.")
        endif()
        math(EXPR end "${end} + 2")
        string(SUBSTRING "${rest}" ${end} -1 rest)
        string(APPEND code "${before} ")
    endwhile()
    set(${variable} "${code}${rest}" PARENT_SCOPE)
endfunction()

set(headers status.h value.h message_type.h description.h message.h host.h agent.h)
file(GLOB extensions RELATIVE "${INCLUDE}/drover" "${INCLUDE}/drover/extension/*.h")
list(SORT extensions)

set(all "")
foreach(header IN LISTS headers extensions)
    file(READ "${INCLUDE}/drover/${header}" text)
    strip_comments(text)
    string(REGEX REPLACE "[ \t\r\n]+" " " text "${text}")
    string(APPEND all "${header}\n${text}\n")
endforeach()
string(SHA256 digest "${all}")
string(SUBSTRING "${digest}" 0 16 fingerprint)

set(file "${INCLUDE}/drover/abi_hash.h")
set(line "#define DROVER_ABI_HASH 0x${fingerprint}ull")
if(MODE STREQUAL "WRITE")
    file(WRITE "${file}" "/* The fingerprint of the C ABI headers. While the ABI's major version is 0, host and plugin must
 * have been built with the same one. Written by sdk/cmake/abi_hash.cmake; a test compares it. */
#ifndef DROVER_ABI_HASH_H
#define DROVER_ABI_HASH_H

${line}

#endif
")
    message(STATUS "${file}: ${fingerprint}")
elseif(MODE STREQUAL "CHECK")
    file(READ "${file}" text)
    string(FIND "${text}" "${line}\n" found)
    if(found EQUAL -1)
        message(FATAL_ERROR "The C ABI headers have changed: their fingerprint is ${fingerprint}, "
                            "which ${file} does not hold. If the change is meant, run\n"
                            "    cmake -DMODE=WRITE -P sdk/cmake/abi_hash.cmake\n"
                            "and build host and plugins anew.")
    endif()
else()
    message(FATAL_ERROR "MODE is CHECK or WRITE, not '${MODE}'.")
endif()
