# The examples build and pass their tests against an SDK installed in a folder of its own, and the
# pkg-config file is enough to build the one in C.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK})
set(prefix ${WORK}/prefix)

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()
function(require_one_symbol plugin)
    run(${CMAKE_COMMAND} -DNM=${NM} -DPLUGIN=${plugin} -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin_symbols_test.cmake)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix} --component sdk)
foreach(example first_agent c_agent)
    set(build ${WORK}/${example})
    run(${CMAKE_COMMAND} -S ${EXAMPLES}/${example} -B ${build} -G ${GENERATOR}
        -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_BUILD_TYPE=Debug
        -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
        "-DCMAKE_C_FLAGS=-Wall -Wextra -pedantic -Werror" "-DCMAKE_CXX_FLAGS=-Wall -Wextra -pedantic -Werror"
    )
    run(${CMAKE_COMMAND} --build ${build})
    run(${CTEST} --test-dir ${build} --output-on-failure --no-tests=error)
    require_one_symbol(${build}/${example}.so)
endforeach()

# --- pkg-config
find_program(PKG_CONFIG pkg-config REQUIRED)
set(ENV{PKG_CONFIG_PATH} ${prefix}/share/pkgconfig)
execute_process(
    COMMAND ${PKG_CONFIG} --cflags drover-sdk
    OUTPUT_VARIABLE flags
    COMMAND_ERROR_IS_FATAL ANY
)
execute_process(
    COMMAND ${PKG_CONFIG} --variable=version_script drover-sdk
    OUTPUT_VARIABLE symbols
    OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY
)
separate_arguments(flags UNIX_COMMAND "${flags}")
run(${C_COMPILER} -std=c11 -fPIC -fvisibility=hidden ${flags} -shared ${EXAMPLES}/c_agent/c_agent.c
    -o ${WORK}/by_pkg_config.so -Wl,--version-script=${symbols}
)
require_one_symbol(${WORK}/by_pkg_config.so)
run(${WORK}/c_agent/c_agent_test ${WORK}/by_pkg_config.so)
