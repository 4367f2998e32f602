/**
 * High-Performance Linpack on any cluster.
 *
 * <p>The module owns {@code HPL.dat} and the output of {@code xhpl}, parameter spaces and the strategies that search them,
 * sweeps that can be stopped and resumed, and their reports.
 */
@NullMarked
package io.hpc4j.hpl;

import org.jspecify.annotations.NullMarked;
