/**
 * The command {@code hpc}: each subcommand is one class that translates options to calls of
 * {@link io.hpc4j.core.Cluster}, and answers to text or JSON. What they share is in {@link Session}.
 */
@NullMarked
package io.hpc4j.server.cli;

import org.jspecify.annotations.NullMarked;
