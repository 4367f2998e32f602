/**
 * Commands and files of a cluster that is reached over SSH.
 *
 * <p>The module owns connections, host keys, credentials, the quoting that a remote shell needs, and file transfer. It
 * is apart from {@code hpc-core} so that only those who need SSH carry its libraries.
 */
@NullMarked
package io.hpc4j.transport.ssh;

import org.jspecify.annotations.NullMarked;
