package io.hpc4j.testkit;

import io.hpc4j.core.TransportException;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.CommandResult;
import io.hpc4j.core.spi.RemoteFiles;
import io.hpc4j.core.spi.Transport;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * A transport that fails as {@link Faults} plan it, with a {@link TransportException}: a command is not run, or is run
 * and its answer is lost; its output is cut anywhere, with exit code 0 all the same; it takes a while; the connection is
 * away for some calls. A command that only asks may be answered by what it answered earlier. The operation of a command
 * is its program, those of files have the names of the methods; the place is {@code transport}.
 */
public final class FaultyTransport implements Transport {

    private static final Set<Fault> OF_ACTIONS =
            EnumSet.of(Fault.BEFORE, Fault.AFTER, Fault.HALF, Fault.DELAY, Fault.AWAY);
    private static final Set<Fault> OF_QUESTIONS = EnumSet.allOf(Fault.class);
    private static final String PLACE = "transport";

    private final Transport real;
    private final Faults faults;
    private final Predicate<CommandLine> onlyAsks;
    private final Map<List<String>, CommandResult> earlier = new ConcurrentHashMap<>();
    private final RemoteFiles files;

    /** A transport that runs its commands by another one and fails as planned; no answer comes twice. */
    public FaultyTransport(Transport real, Faults faults) {
        this(real, faults, command -> false);
    }

    /**
     * The same, with answers that may come twice.
     *
     * @param onlyAsks the commands that change nothing, so that an old answer to them is one that may arrive late
     */
    public FaultyTransport(Transport real, Faults faults, Predicate<CommandLine> onlyAsks) {
        this.real = real;
        this.faults = faults;
        this.onlyAsks = onlyAsks;
        this.files = FaultyFiles.over(real.files(), faults);
    }

    @Override
    public CommandResult run(CommandLine command) {
        String program = command.arguments().get(0);
        boolean asks = onlyAsks.test(command);
        Faults.Fate fate = faults.decide(PLACE, program, asks ? OF_QUESTIONS : OF_ACTIONS);
        if (fate.isRefused()) {
            throw new TransportException(faults.words(PLACE, program, fate));
        }
        CommandResult before = earlier.get(command.arguments());
        if (fate.is(Fault.STALE) && before != null) {
            return before;
        }
        CommandResult result = real.run(command);
        if (fate.is(Fault.AFTER)) {
            throw new TransportException(faults.words(PLACE, program, fate));
        }
        if (asks) {
            earlier.put(command.arguments(), result);
        }
        return fate.is(Fault.HALF) ? cut(result) : result;
    }

    /** Somewhere, but the same output always at the same place. */
    private CommandResult cut(CommandResult result) {
        String all = result.stdout();
        String part =
                all.isEmpty() ? "" : all.substring(0, Math.floorMod(all.hashCode() + faults.seed(), all.length()));
        return new CommandResult(result.exitStatus(), part, result.stderr(), false, result.elapsed());
    }

    @Override
    public RemoteFiles files() {
        return files;
    }

    @Override
    public void close() {
        real.close();
    }
}
