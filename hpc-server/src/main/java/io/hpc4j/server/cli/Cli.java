package io.hpc4j.server.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The command with its subcommands. */
final class Cli {

    private static final Map<String, Function<Session, Object>> COMMANDS = commands();

    private Cli() {}

    private static Map<String, Function<Session, Object>> commands() {
        Map<String, Function<Session, Object>> all = new LinkedHashMap<>();
        all.put("demo", DemoCommand::new);
        all.put("submit", SubmitCommand::new);
        all.put("plan", PlanCommand::new);
        all.put("jobs", JobsCommand::new);
        all.put("show", ShowCommand::new);
        all.put("explain", ExplainCommand::new);
        all.put("logs", LogsCommand::new);
        all.put("record", RecordCommand::new);
        all.put("rerun", RerunCommand::new);
        all.put("wait", WaitCommand::new);
        all.put("cancel", SteerCommand.Cancel::new);
        all.put("hold", SteerCommand.Hold::new);
        all.put("release", SteerCommand.Release::new);
        all.put("suspend", SteerCommand.Suspend::new);
        all.put("resume", SteerCommand.Resume::new);
        all.put("requeue", SteerCommand.Requeue::new);
        all.put("nodes", NodesCommand::new);
        all.put("queues", QueuesCommand::new);
        all.put("monitor", MonitorCommand::new);
        all.put("batch", BatchCommand::new);
        all.put("doctor", DoctorCommand::new);
        all.put("store", StoreCommand::new);
        all.put("support-bundle", SupportBundleCommand::new);
        all.put("completion", CompletionCommand::new);
        all.put("keep", KeepCommand::new);
        return all;
    }

    @Command(
            name = "hpc",
            description = "Submits, watches and steers batch jobs on Slurm, Grid Engine, Torque or this machine.",
            synopsisSubcommandLabel = "COMMAND",
            versionProvider = Version.class,
            footer = {
                "",
                "Exit codes: 0 success, 1 a waited job did not succeed, 2 invalid request or usage,",
                "3 no such job, 4 scheduler unavailable, 5 rejected, 6 other failure, 7 and 8 warnings and",
                "problems of doctor, 124 wait timed out, 130 interrupted.",
                "",
                "Examples:",
                "  hpc demo",
                "  id=$(hpc submit -- sh -c 'sleep 5; echo done') && hpc logs -f $id",
                "  hpc --cluster slurm+ssh://ada@login.example.org jobs",
                "  hpc COMMAND --help"
            })
    private static final class Root implements Runnable {

        @Mixin
        @SuppressWarnings("UnusedVariable") // picocli fills it
        private final Session session;

        @CommandLine.Spec
        private CommandSpec spec = CommandSpec.create();

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                scope = ScopeType.INHERIT,
                description = "Show this help.")
        @SuppressWarnings("UnusedVariable") // picocli looks at it
        private boolean help;

        @Option(
                names = {"-V", "--version"},
                versionHelp = true,
                description = "Show the version.")
        @SuppressWarnings("UnusedVariable") // picocli looks at it
        private boolean version;

        Root(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "a command is missing");
        }
    }

    /** Runs a command line; returns the exit code. */
    static int run(Surroundings around, String... arguments) {
        Session session = new Session(around);
        CommandLine line = line(session, arguments);
        int code = line.execute(arguments);
        if (around.out().checkError() && code == ExitCodes.OK) {
            session.tell("standard output could not be written");
            code = ExitCodes.OTHER;
        }
        around.err().flush();
        return code;
    }

    /** Only the subcommand that is wanted is made, since making one costs time; without one, all are. */
    static CommandLine line(Session session, String... arguments) {
        CommandLine line = new CommandLine(new Root(session));
        Function<Session, Object> wanted = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        if (wanted != null) {
            line.addSubcommand(arguments[0], wanted.apply(session));
        } else if (!List.of(arguments).equals(List.of("--version"))) {
            COMMANDS.forEach((name, make) -> line.addSubcommand(name, make.apply(session)));
        }
        for (String name : List.of("submit", "plan")) {
            CommandLine takesProgram = line.getSubcommands().get(name);
            if (takesProgram != null) {
                takesProgram.setStopAtPositional(true);
            }
        }
        Surroundings around = session.around();
        line.setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(around.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(around.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(Help.defaultColorScheme(session.paint().isOn() ? Help.Ansi.ON : Help.Ansi.OFF))
                .registerConverter(Duration.class, Cli::duration)
                .setParameterExceptionHandler((e, args) -> invalid(session, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(session, e));
        return line;
    }

    private static Duration duration(String text) {
        try {
            return Quantities.duration(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static int invalid(Session session, ParameterException e) {
        session.tell("%s; see %s --help"
                .formatted(
                        ExitCodes.sentence(new IllegalArgumentException(String.valueOf(e.getMessage()))),
                        e.getCommandLine().getCommandSpec().qualifiedName()));
        return ExitCodes.INVALID;
    }

    private static int failed(Session session, Exception e) {
        session.tell(ExitCodes.sentence(e));
        if (session.isDebug()) {
            e.printStackTrace(session.around().err());
        }
        return ExitCodes.of(e);
    }
}
