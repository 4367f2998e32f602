/** What stands between a cluster and its backend: the recorder of calls and their budget. For {@code hpc-core} only. */
@NullMarked
package io.hpc4j.core.internal;

import org.jspecify.annotations.NullMarked;
