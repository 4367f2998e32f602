/**
 * A small cluster made of this machine: named nodes, queues, limits and a policy, with real processes for jobs.
 */
@NullMarked
package io.hpc4j.local;

import org.jspecify.annotations.NullMarked;
