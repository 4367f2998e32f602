/**
 * Submitting, watching and measuring batch jobs, whichever scheduler runs them.
 * Callers begin at {@link io.hpc4j.core.Cluster}; authors of a backend at {@link io.hpc4j.core.spi}.
 *
 * <p>Unless a method says otherwise: no argument or result is {@code null}; values are immutable; instants are UTC;
 * sizes are bytes; a method that contacts a scheduler may block for as long as the transport's time limit, and throws
 * an {@link io.hpc4j.core.HpcException} when it fails.
 *
 * <p>A <dfn>job</dfn> is one submission. A <dfn>slot</dfn> is one CPU that a job may occupy. A <dfn>node</dfn> is one
 * machine. A <dfn>queue</dfn> is where jobs wait. An <dfn>array</dfn> is one submission for many alike jobs, its
 * <dfn>tasks</dfn>.
 */
@NullMarked
package io.hpc4j.core;

import org.jspecify.annotations.NullMarked;
