/** One small program per story; each is run by a test. Each takes the address of a cluster, {@code local:} by default. */
@NullMarked
package io.hpc4j.examples;

import org.jspecify.annotations.NullMarked;
