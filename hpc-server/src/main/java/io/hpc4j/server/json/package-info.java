/**
 * Jobs, requests, nodes and queues as JSON, in one shape wherever they are written: field names are those of the
 * accessors, durations are numbers named {@code …Seconds}, sizes are named {@code …Bytes}, instants are ISO-8601 in UTC,
 * and what is not known is left out.
 */
@NullMarked
package io.hpc4j.server.json;

import org.jspecify.annotations.NullMarked;
