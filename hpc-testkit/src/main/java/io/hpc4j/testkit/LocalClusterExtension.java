package io.hpc4j.testkit;

import io.hpc4j.core.Cluster;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Does what {@link LocalCluster} says; without that annotation, one node of two slots. Works with JUnit 5 and 6. */
public final class LocalClusterExtension implements ParameterResolver, AfterEachCallback {

    private static final ExtensionContext.Namespace OURS =
            ExtensionContext.Namespace.create(LocalClusterExtension.class);
    private static final String KEY = "cluster";

    /** Made by JUnit. */
    public LocalClusterExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        ExtensionContext.Store store = test.getStore(OURS);
        FreshCluster known = store.get(KEY, FreshCluster.class);
        if (known == null) {
            known = open(test);
            store.put(KEY, known);
        }
        return known.cluster();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        FreshCluster opened = test.getStore(OURS).remove(KEY, FreshCluster.class);
        if (opened != null) {
            opened.endAll();
        }
    }

    private static FreshCluster open(ExtensionContext test) {
        return AnnotationSupport.findAnnotation(test.getTestMethod(), LocalCluster.class)
                .or(() -> AnnotationSupport.findAnnotation(test.getTestClass(), LocalCluster.class))
                .map(wanted -> FreshCluster.open(wanted.nodes(), wanted.slots(), wanted.settings()))
                .orElseGet(() -> FreshCluster.open(1, 2, ""));
    }
}
