-- The classifiers of 1 x 28 x 28 images into 10 classes, by name. They give log-probabilities.

local models = {}

--- Two convolutions with max-pooling and two fully connected layers; LeCun, Bottou, Bengio and
-- Haffner, Gradient-based learning applied to document recognition, 1998, with rectifiers.
function models.lenet()
  local model = nn.Sequential()
    :add(nn.SpatialConvolution(1, 20, 5, 5))    -- 20 x 24 x 24
    :add(nn.SpatialMaxPooling(2, 2))            -- 20 x 12 x 12
    :add(nn.ReLU(true))
    :add(nn.SpatialConvolution(20, 50, 5, 5))   -- 50 x 8 x 8
    :add(nn.SpatialMaxPooling(2, 2))            -- 50 x 4 x 4
    :add(nn.ReLU(true))
    :add(nn.View(50 * 4 * 4):setNumInputDims(3))
    :add(nn.Linear(50 * 4 * 4, 500))
    :add(nn.ReLU(true))
    :add(nn.Linear(500, 10))
    :add(nn.LogSoftMax())
  model:get(1).gradInput = nil -- nobody needs the gradient of the images
  return model
end

--- A multi-layer perceptron with one hidden layer.
function models.mlp()
  return nn.Sequential()
    :add(nn.View(28 * 28):setNumInputDims(3))
    :add(nn.Linear(28 * 28, 300))
    :add(nn.ReLU(true))
    :add(nn.Linear(300, 10))
    :add(nn.LogSoftMax())
end

--- Multinomial logistic regression.
function models.linear()
  return nn.Sequential()
    :add(nn.View(28 * 28):setNumInputDims(3))
    :add(nn.Linear(28 * 28, 10))
    :add(nn.LogSoftMax())
end

return models
