package io.hpc4j.core.recording;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Words that tell nothing of anybody and that parsers may look for. */
final class Harmless {

    /** Parts of paths that are the same on every machine. */
    private static final Set<String> IN_PATHS = words("""
        home users scratch work project projects data tmp usr bin sbin local lib lib64 libexec opt etc var dev null
        proc sys run shm stdin stdout stderr root mnt share shared spool log logs cgroup self fd node nodes job jobs
        array task tasks state status script scripts exit pid core key keys out err sh bash dash csh ksh zsh fish py
        pl java jar txt csv dat json xml yaml yml conf cfg ini gz tar zip tmp lock slurm slurmd slurmctld pbs torque
        sge gridengine uge hpc hpc4j server_priv mom_priv default system zero urandom true false env printf echo cat
        sleep sbatch squeue sacct scancel scontrol sinfo srun salloc qsub qstat qdel qhold qrls qalter qacct qconf
        qhost pbsnodes tracejob date hostname test\
        """);

    /** Names that many machines have for users, accounts or nodes, and words of schedulers' own output. */
    private static final Set<String> AS_NAMES = words("""
        root nobody daemon admin operator slurm sge pbs torque munge hpc hpc4j user users account accounts owner group
        default normal batch debug local localhost all any none null unknown job jobs id name state status time node
        nodes queue partition running pending completed failed cancelled held hold exit code reason priority cpu cpus
        mem memory gpu gpus task tasks array step limit unlimited start end elapsed tmp home work scratch sh bash\
        """);

    private Harmless() {}

    private static Set<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+")).collect(Collectors.toUnmodifiableSet());
    }

    static boolean isInPaths(String word) {
        return word.length() == 1 || IN_PATHS.contains(word.toLowerCase(Locale.ROOT));
    }

    static boolean isName(String word) {
        return word.length() < 2 || AS_NAMES.contains(word.toLowerCase(Locale.ROOT));
    }
}
