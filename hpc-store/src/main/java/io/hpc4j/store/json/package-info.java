/**
 * Jobs and requests as JSON, in one shape wherever they are written or kept: field names are those of the accessors,
 * durations are numbers named {@code …Seconds}, sizes are numbers named {@code …Bytes}, instants are ISO-8601 in UTC, and
 * what is not known is left out. Fields that this version does not know are ignored.
 */
@NullMarked
package io.hpc4j.store.json;

import org.jspecify.annotations.NullMarked;
