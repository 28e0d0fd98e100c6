# drover_add_agent: makes a plugin library that drover can load. Used by drover's own plugins and,
# through find_package(DroverSdk), by those of everybody else.
#
#   drover_add_agent(<name> SOURCES <file>… [DEPENDS <target>…] [ALLOW_UNDEFINED])
#
# Makes <name>.so, which exports drover_library_v1 and nothing else, needs no symbol that no library
# gives it, and computes the same floating-point numbers on every machine. ALLOW_UNDEFINED leaves the
# second out, for builds with sanitizers whose runtime is in the program.
include_guard(GLOBAL)

function(drover_add_agent name)
    cmake_parse_arguments(PARSE_ARGV 1 AGENT "ALLOW_UNDEFINED" "" "SOURCES;DEPENDS")
    if(NOT AGENT_SOURCES)
        message(FATAL_ERROR "drover_add_agent(${name}): say its files after SOURCES.")
    endif()
    if(AGENT_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "drover_add_agent(${name}): unknown words: ${AGENT_UNPARSED_ARGUMENTS}.")
    endif()
    set(symbols ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)

    add_library(${name} MODULE ${AGENT_SOURCES})
    set_target_properties(
        ${name}
        PROPERTIES PREFIX ""
                   SUFFIX ".so"
                   C_VISIBILITY_PRESET hidden
                   CXX_VISIBILITY_PRESET hidden
                   VISIBILITY_INLINES_HIDDEN ON
                   LINK_DEPENDS ${symbols}
    )
    target_link_libraries(${name} PRIVATE drover::sdk ${AGENT_DEPENDS})
    target_compile_options(
        ${name}
        PRIVATE -ffp-contract=off
                # A unique symbol would keep the library from ever being unloaded.
                $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>
    )
    target_link_options(
        ${name}
        PRIVATE
        -Wl,--version-script=${symbols}
        -Wl,-z,relro
        -Wl,-z,now
        $<$<NOT:$<BOOL:${AGENT_ALLOW_UNDEFINED}>>:-Wl,-z,defs>
    )
endfunction()
