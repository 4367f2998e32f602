/**
 * Keeps a local cluster open between short-lived commands. Only one process may have a local cluster's folder open, and
 * its jobs start only while one has: so a <dfn>keeper</dfn> holds it in the background, and commands talk to the keeper
 * through a socket that only the same user can open, one object of JSON a line. A keeper is started by the first command
 * that misses it, and leaves by itself when no job is open and nobody has called for a minute.
 */
@NullMarked
package io.hpc4j.server.keeper;

import org.jspecify.annotations.NullMarked;
