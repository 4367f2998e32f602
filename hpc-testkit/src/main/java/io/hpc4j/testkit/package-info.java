/**
 * What authors of backends, transports, sinks and stores test their work with.
 *
 * <p>Unless a method says otherwise: no argument or result is {@code null}; instants are UTC; sizes are bytes.
 *
 * <p>An <dfn>engine</dfn> is something real that a test needs on the machine: a scheduler, a server, a tool.
 */
@NullMarked
package io.hpc4j.testkit;

import org.jspecify.annotations.NullMarked;
