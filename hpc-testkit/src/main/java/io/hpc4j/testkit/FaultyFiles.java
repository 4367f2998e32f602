package io.hpc4j.testkit;

import io.hpc4j.core.TransportException;
import io.hpc4j.core.spi.RemoteFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files whose operations fail as planned; of one that is read half may arrive before that. */
final class FaultyFiles {

    private static final Set<Fault> ALWAYS = EnumSet.of(Fault.BEFORE, Fault.AFTER, Fault.DELAY, Fault.AWAY);
    private static final Set<Fault> OF_READING = EnumSet.complementOf(EnumSet.of(Fault.STALE));
    private static final String PLACE = "transport";

    private final RemoteFiles real;
    private final Faults faults;

    private FaultyFiles(RemoteFiles real, Faults faults) {
        this.real = real;
        this.faults = faults;
    }

    static RemoteFiles over(RemoteFiles real, Faults faults) {
        FaultyFiles faulty = new FaultyFiles(real, faults);
        return FaultyCall.proxy(RemoteFiles.class, faulty::call);
    }

    private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
        String operation = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return FaultyCall.invoke(real, method, arguments);
        }
        boolean isReading = operation.equals("get");
        Faults.Fate fate = faults.decide(PLACE, operation, isReading ? OF_READING : ALWAYS);
        if (fate.is(Fault.HALF) && isReading) {
            getHalf((String) arguments[0], (OutputStream) arguments[1]);
        }
        if (fate.is(Fault.HALF) || fate.isRefused()) {
            throw new TransportException(faults.words(PLACE, operation, fate));
        }
        Object answer = FaultyCall.invoke(real, method, arguments);
        if (fate.is(Fault.AFTER)) {
            throw new TransportException(faults.words(PLACE, operation, fate));
        }
        return answer;
    }

    private void getHalf(String path, OutputStream target) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        real.get(path, all);
        target.write(all.toByteArray(), 0, all.size() / 2);
    }
}
