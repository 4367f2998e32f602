/**
 * Jobs on Torque and PBS, through their own commands.
 *
 * <p>The module owns what only this family knows: how a request becomes a {@code qsub} script with {@code #PBS} lines,
 * how {@code qstat -f} and {@code pbsnodes} are asked and read, and which of their messages means which exception.
 * Its one public class will be the provider of the backend {@code torque}.
 */
@NullMarked
package io.hpc4j.torque;

import org.jspecify.annotations.NullMarked;
