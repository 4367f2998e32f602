/**
 * Help for backends that drive a scheduler by its commands: the job script, shell quoting, and the notations of
 * walltimes, sizes, array indexes and node lists. Pure functions: nothing here does I/O.
 */
@NullMarked
package io.hpc4j.core.spi.command;

import org.jspecify.annotations.NullMarked;
