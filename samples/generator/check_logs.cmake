# Generates the sample logs into DIRECTORY and compares them, byte for byte, with LOGS.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${DIRECTORY})
execute_process(COMMAND ${GENERATOR} ${DIRECTORY} COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND diff -r ${LOGS} ${DIRECTORY} COMMAND_ERROR_IS_FATAL ANY)
