# libzmq ends the process on some internal faults: the supervisor and the CLI must not hold it.
foreach(program IN LISTS PROGRAMS)
    execute_process(COMMAND ldd ${program} OUTPUT_VARIABLE libraries RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(SEND_ERROR "ldd ${program} failed")
    elseif(libraries MATCHES "libzmq")
        message(SEND_ERROR "${program} links libzmq")
    endif()
endforeach()
