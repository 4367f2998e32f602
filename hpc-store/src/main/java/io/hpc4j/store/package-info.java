/**
 * One database for jobs, samples, the audit trail and sweeps.
 *
 * <p>The module owns the connection pool, the migrations and the jobs tables. The modules for HPL and metrics keep their
 * own tables in the same database.
 */
@NullMarked
package io.hpc4j.store;

import org.jspecify.annotations.NullMarked;
