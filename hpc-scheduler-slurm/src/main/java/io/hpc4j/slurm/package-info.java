/**
 * Jobs on Slurm, through its own commands.
 *
 * <p>The module owns what only Slurm knows: how a request becomes an {@code sbatch} script, how {@code squeue},
 * {@code sacct}, {@code sinfo} and {@code scontrol} are asked and read, and which of their messages means which
 * exception. Its one public class will be the provider of the backend {@code slurm}.
 */
@NullMarked
package io.hpc4j.slurm;

import org.jspecify.annotations.NullMarked;
