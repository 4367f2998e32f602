/** The command {@code hpc}. Programs use {@link io.hpc4j.core}; nothing here is meant to be called by them. */
@NullMarked
package io.hpc4j.server;

import org.jspecify.annotations.NullMarked;
