package dev.backstop.annotation;

import jakarta.annotation.Priority;
import jakarta.interceptor.Interceptor;
import javax.cache.annotation.CachePut;

/** Fills the cache, inside of {@code @Transactional}, as {@link ChangeInterceptor} is. */
@CachePut
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 300)
class StandardPutInterceptor extends StandardInterceptor {
  private static final long serialVersionUID = 1L;
}
