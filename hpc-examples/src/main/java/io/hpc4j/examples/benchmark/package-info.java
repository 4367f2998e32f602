/** What the scripts under {@code benchmarks/} run. */
@NullMarked
package io.hpc4j.examples.benchmark;

import org.jspecify.annotations.NullMarked;
