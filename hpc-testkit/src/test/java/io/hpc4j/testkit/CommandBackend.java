package io.hpc4j.testkit;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Capability;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Transport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Drives {@link CommandScheduler} as a real backend drives its scheduler: by commands, believing whole answers only. */
final class CommandBackend implements SchedulerBackend {

    private static final String END = "end\n";

    private final Transport transport;

    CommandBackend(Transport transport) {
        this.transport = transport;
    }

    static SchedulerBackendProvider provider() {
        return new SchedulerBackendProvider() {
            @Override
            public String id() {
                return "commands";
            }

            @Override
            public SchedulerBackend open(BackendContext context) {
                return new CommandBackend(context.transport());
            }
        };
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.FIND_BY_KEY, Capability.ARRAYS, Capability.DEPENDENCIES, Capability.ACCOUNTING);
    }

    private List<String> run(String program, Collection<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(arguments);
        String answer = transport.run(CommandLine.of(command)).stdout();
        if (!answer.endsWith(END)) {
            throw new BackendUnavailableException("half an answer of %s: '%s'".formatted(program, answer));
        }
        return answer.substring(0, answer.length() - END.length()).lines().toList();
    }

    @Override
    public JobId submit(JobRequest request) {
        return submit(request, 0).get(0);
    }

    @Override
    public List<JobId> submitArray(JobRequest request, ArrayRange range) {
        return submit(request, range.size());
    }

    private List<JobId> submit(JobRequest request, int tasks) {
        List<String> command = ((Payload.Command) request.payload()).arguments();
        String condition = request.dependencies().stream()
                .map(d -> (d.type() == Dependency.Type.AFTER_OK ? "ok:" : "any:") + d.job())
                .findFirst()
                .orElse("");
        return run(
                        "vsub",
                        List.of(
                                request.key().orElseThrow(),
                                request.nameOrDefault(),
                                condition,
                                Integer.toString(tasks),
                                command.get(5),
                                command.get(6)))
                .stream()
                .map(JobId::of)
                .toList();
    }

    @Override
    public Map<JobId, Job> statusOf(Collection<JobId> ids) {
        return ask("vstat", ids);
    }

    @Override
    public Map<JobId, Job> historyOf(Collection<JobId> ids) {
        return ask("vacct", ids);
    }

    private Map<JobId, Job> ask(String program, Collection<JobId> ids) {
        Map<JobId, Job> answer = new HashMap<>();
        run(program, ids.stream().map(JobId::nativeId).sorted().toList()).stream()
                .map(CommandBackend::parse)
                .forEach(j -> answer.put(j.id(), j));
        return answer;
    }

    private static Job parse(String line) {
        String[] fields = line.split("\\|", -1);
        Job.Builder job = Job.builder(JobId.of(fields[0]), state(fields[1], fields[2]))
                .rawState(fields[1])
                .key(fields[3])
                .name(fields[4]);
        if (!fields[2].isEmpty()) {
            job.exitStatus(ExitStatus.ofCode(Integer.parseInt(fields[2])));
        }
        int underscore = fields[0].indexOf('_');
        if (underscore > 0) {
            job.arrayId(JobId.of(fields[0].substring(0, underscore)))
                    .arrayIndex(Integer.parseInt(fields[0].substring(underscore + 1)));
        }
        return job.build();
    }

    private static JobState state(String word, String code) {
        return switch (word) {
            case "WAITING" -> JobState.PENDING;
            case "RUNNING" -> JobState.RUNNING;
            case "DELETED" -> JobState.CANCELLED;
            case "DONE" -> code.equals("0") ? JobState.COMPLETED : JobState.FAILED;
            default -> JobState.UNKNOWN;
        };
    }

    @Override
    public List<Job> list(JobQuery query) {
        Map<JobId, Job> all = ask("vacct", List.of());
        all.putAll(ask("vstat", List.of()));
        return all.values().stream()
                .filter(query::matches)
                .sorted((a, b) -> a.id().compareTo(b.id()))
                .toList();
    }

    @Override
    public void cancel(Collection<JobId> ids) {
        run("vdel", ids.stream().map(JobId::nativeId).toList());
    }

    @Override
    public Optional<JobId> findByKey(String key) {
        return run("vkey", List.of(key)).stream().map(JobId::of).findFirst();
    }
}
