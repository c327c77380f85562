package dev.backstop.annotation;

import jakarta.annotation.Priority;
import jakarta.interceptor.Interceptor;
import javax.cache.annotation.CacheResult;

/** Asks the cache first, outside of {@code @Transactional}, as {@link LoadInterceptor} is. */
@CacheResult
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class StandardResultInterceptor extends StandardInterceptor {
  private static final long serialVersionUID = 1L;
}
