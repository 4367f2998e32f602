/**
 * What jobs and nodes used, collected and kept.
 *
 * <p>The module owns samples and their collectors, the history of jobs that a scheduler's hooks report, retention, and the
 * sinks for Prometheus and the database.
 */
@NullMarked
package io.hpc4j.metrics;

import org.jspecify.annotations.NullMarked;
