/**
 * Jobs on Grid Engine, through its own commands.
 *
 * <p>The module owns what only Grid Engine knows: how a request becomes a {@code qsub} script, how {@code qstat},
 * {@code qacct} and {@code qhost} are asked and read, and which of their messages means which exception. Its one
 * public class will be the provider of the backend {@code sge}.
 */
@NullMarked
package io.hpc4j.sge;

import org.jspecify.annotations.NullMarked;
