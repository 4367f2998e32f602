/** Nodes, queues and queries as JSON, in the same shape as the jobs and requests of {@link io.hpc4j.store.json}. */
@NullMarked
package io.hpc4j.server.json;

import org.jspecify.annotations.NullMarked;
